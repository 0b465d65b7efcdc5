using System.Collections.Immutable;
using Basalt.Server.Cluster;
using Basalt.Server.Configuration;
using Basalt.Server.Hosting;
using Basalt.Server.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Basalt.Server.Grpc;

/// <summary>
/// The gRPC endpoint: a Kestrel of its own, because it speaks HTTP/2 even without TLS and nothing that REST needs (routes, CORS, errors
/// as JSON) applies to it.
/// </summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly GrpcMethods _methods;

    private GrpcHost(WebApplication application, GrpcMethods methods, IEnumerable<string> paths)
    {
        Paths = paths;
        _application = application;
        _methods = methods;
        Addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    /// <summary>The address to reach it at from this machine, with the port that was really taken.</summary>
    public Uri Address => ListenUrl.Reachable(Addresses[0]);

    /// <summary>The paths of all methods.</summary>
    public IEnumerable<string> Paths { get; }

    /// <summary>All addresses that it listens on.</summary>
    public ImmutableArray<string> Addresses { get; }

    /// <summary>Listens.</summary>
    /// <param name="parts">The server, whose settings have gRPC.</param>
    /// <param name="access">Decides who may call.</param>
    /// <param name="cluster">The cluster; null for a node alone.</param>
    /// <param name="loggers">The loggers of the server.</param>
    /// <param name="logger">Takes faults.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GrpcHost> StartAsync(
        ServerParts parts, AccessControl access, ClusterNode? cluster, ILoggerFactory loggers, ILogger logger, CancellationToken cancellationToken)
    {
        ServerSettings settings = parts.Settings;
        GrpcSettings grpc = settings.Grpc!;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        IConfiguration certificates = new ConfigurationBuilder().AddInMemoryCollection(KestrelReader.Certificates(settings)).Build();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Configure(certificates);
            options.AddServerHeader = false;
            ConnectionLimits.Apply(options.Limits, settings.Connections, grpc.MaxMessageBytes + (long)MessageReader.HeaderLength);
            options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.WebHost.UseUrls([.. grpc.Urls(settings.Urls)]);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
        WebApplication application = builder.Build();
        var methods = new GrpcMethods(parts);
        try
        {
            IReadOnlyDictionary<string, GrpcMethod> all = methods.All(application.Lifetime.ApplicationStopping);
            application.Run(new GrpcServer(all, access, cluster, grpc.MaxMessageBytes, logger).InvokeAsync);
            await application.StartAsync(cancellationToken);
            return new GrpcHost(application, methods, all.Keys);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            methods.Dispose();
            throw new IOException($"{exception.Message} Set GRPC_PORT to another port for gRPC.", exception);
        }
        catch
        {
            await application.DisposeAsync();
            methods.Dispose();
            throw;
        }
    }

    /// <summary>Lets calls in flight finish and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _methods.Dispose();
    }
}
