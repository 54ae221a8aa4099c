using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gleaner.Cli;

/// <summary>Who may ask: pages of this server and people at this machine, but no page of another site that a browser here has open.</summary>
sealed class ViewAccess
{
    /// <summary>Known once the server listens.</summary>
    public int Port { get; set; }

    /// <summary>In every form of ours; another site cannot read it.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the browser means this machine: a name that was made to point here (DNS rebinding) is refused.</summary>
    public bool IsHere(HttpRequest request) => IsOurs(request.Host.Value);

    /// <summary>Whether a change comes from a page of ours.</summary>
    public bool MayChange(HttpRequest request, string? token)
    {
        string? origin = request.Headers.Origin, site = request.Headers["Sec-Fetch-Site"];
        bool isOrigin = string.IsNullOrEmpty(origin) || origin.StartsWith("http://", StringComparison.Ordinal) && IsOurs(origin["http://".Length..]);
        return isOrigin && (string.IsNullOrEmpty(site) || site == "same-origin") && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token ?? ""), Encoding.UTF8.GetBytes(Token));
    }

    bool IsOurs(string? host) => host == $"127.0.0.1:{Port}" || host == $"localhost:{Port}" || (Port == 80 && host is ("127.0.0.1" or "localhost")); // browsers leave port 80 out
}
