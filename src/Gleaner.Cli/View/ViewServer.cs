using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gleaner.Cli;

/// <summary>The web server of a view, at 127.0.0.1 and nowhere else. It starts from nothing: no setting of the environment or of a file can open another address.</summary>
sealed class ViewServer : IAsyncDisposable
{
    public const int DefaultPort = 4864;

    const int MostFormBytes = 1 << 14;

    readonly WebApplication _application;

    ViewServer(WebApplication application) => _application = application;

    /// <summary>What to type into a browser.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/";

    /// <summary>Without a port: the usual one, or any that is free.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ViewServer> Start(int? port, ViewSite site, ViewAccess access, CancellationToken cancel)
    {
        try
        {
            return await StartAt(port ?? DefaultPort, site, access, cancel).ConfigureAwait(false);
        }
        catch (IOException) when (port is null)
        {
            return await StartAt(0, site, access, cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new IOException($"--port {port}: another program listens there, or it is not allowed. Give another port, or --port 0 for any that is free. ({error.Message})", error);
        }
    }

    static async Task<ViewServer> StartAt(int port, ViewSite site, ViewAccess access, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port);
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MostFormBytes;
        });
        var application = builder.Build();
        application.Run(site.Answer);
        try
        {
            await application.StartAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new IOException(error.Message, error);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var server = new ViewServer(application);
        access.Port = new Uri(server.Address).Port;
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2)); // a browser keeps its connections open
        await _application.StopAsync(soon.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
