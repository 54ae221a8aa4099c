using System.Globalization;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// How hard the attacks are: once in every run of the tests, and as often as GLEANER_ATTACKS says in their long form.
static class Effort
{
    public static int Times { get; } = int.TryParse(Environment.GetEnvironmentVariable("GLEANER_ATTACKS"), CultureInfo.InvariantCulture, out int times) && times >= 1 ? times : 1;

    /// Into the file GLEANER_ATTACK_LOG, if there is one: the figures of docs/reliability.md.
    public static void Tell(FormattableString figures)
    {
        string line = FormattableString.Invariant(figures);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("GLEANER_ATTACK_LOG") is { } log) Append(log, $"{TestContext.Current.Test?.TestDisplayName}: {line}\n");
    }

    // Other tests, and other processes of tests, write into it as well.
    static void Append(string log, string line)
    {
        for (int refused = 0; ;)
        {
            try
            {
                File.AppendAllText(log, line);
                return;
            }
            catch (IOException) when (++refused < 500)
            {
                Thread.Sleep(10);
            }
        }
    }
}
