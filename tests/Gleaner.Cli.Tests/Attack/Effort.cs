using System.Globalization;

namespace Gleaner.Cli.Tests.Attack;

/// How hard the attacks are: once in every run of the tests, and as often as GLEANER_ATTACKS says in their long form.
static class Effort
{
    public static int Times { get; } = int.TryParse(Environment.GetEnvironmentVariable("GLEANER_ATTACKS"), CultureInfo.InvariantCulture, out int times) && times >= 1 ? times : 1;
}
