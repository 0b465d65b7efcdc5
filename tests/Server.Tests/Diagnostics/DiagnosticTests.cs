using System.Globalization;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace Basalt.Server.Tests.Diagnostics;

public sealed class DiagnosticTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Description_ComparedWithTheRoutes_HasThemAllAndNoOther()
    {
        ApiResponse answer = (await _server.Client.GetAsync("/v1/openapi.json")).Expect(200);

        IEnumerable<string> described = answer.Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        IEnumerable<string> routed = _server.Host.Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} /{route.RoutePattern.RawText!.TrimStart('/')}"));
        Assert.Equal(routed.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Metrics_AfterABackup_CountIt()
    {
        await _server.Client.CreateClassAsync("Book", 10);
        Assert.DoesNotContain("basalt_backup_operations_total{", await TextAsync(), StringComparison.Ordinal);
        await _server.Client.BackUpAsync("b1");

        // The end is told to clients before it is counted.
        string text = await TextAsync();
        for (int i = 0; i < 1000 && !text.Contains("basalt_backup_operations_total{", StringComparison.Ordinal); i++)
        {
            text = await TextAsync();
        }

        Assert.Contains("basalt_backup_operations_total{backend_name=\"filesystem\",operation=\"create\",status=\"SUCCESS\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE backup_store_to_backend_ms summary\n", text, StringComparison.Ordinal);
        Assert.Contains("backup_store_to_backend_ms_count{backend_name=\"filesystem\",class_name=\"n/a\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("basalt_backup_last_success_age_seconds{backend_name=\"filesystem\"} ", text, StringComparison.Ordinal);
        Assert.True(ValueOf(text, "basalt_engine_writes_total") >= 10);
        Assert.True(ValueOf(text, "basalt_engine_wal_syncs_total") > 0);
        Assert.True(ValueOf(text, "basalt_engine_flushes_total") > 0);
        Assert.Contains("basalt_engine_level_segments{level=\"0\"} ", text, StringComparison.Ordinal);
    }

    private async Task<string> TextAsync() => (await _server.Client.GetAsync("/metrics")).Expect(200).Text;

    private static double ValueOf(string text, string series) =>
        double.Parse(text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
