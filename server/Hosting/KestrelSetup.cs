using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Security;
using Microsoft.Extensions.Logging.Console;

namespace Basalt.Server.Hosting;

/// <summary>Builds the web application from nothing but <see cref="ServerSettings"/>.</summary>
internal static class KestrelSetup
{
    /// <remarks>
    /// Starts from the empty builder: the usual one would read further settings (appsettings.json, ASPNETCORE_*, working directory)
    /// behind the back of the validated ones.
    /// </remarks>
    public static WebApplicationBuilder CreateBuilder(ServerSettings settings)
    {
        KestrelReader.RequireCertificate(settings);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        IConfiguration kestrel = new ConfigurationBuilder().AddInMemoryCollection(settings.Kestrel!).Build();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            ConnectionLimits.Apply(options.Limits, settings.Connections, settings.MaxRequestBytes);
            options.Configure(kestrel);
            options.AddServerHeader = false;
        });
        builder.WebHost.UseUrls([.. settings.Urls]);
        builder.Services.AddRoutingCore();
        builder.Services.AddCors();
        builder.Services.AddSingleton(new AccessControl(settings.Access));
        builder.Services.AddSingleton(_ => new MetricsExporter());
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
        AddLogging(builder.Logging, settings);
        return builder;
    }

    private static void AddLogging(ILoggingBuilder logging, ServerSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", settings.LogLevel < LogLevel.Warning ? LogLevel.Warning : settings.LogLevel);
        if (settings.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.ColorBehavior = LoggerColorBehavior.Disabled;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
        }
    }
}
