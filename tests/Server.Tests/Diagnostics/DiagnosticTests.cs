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
        Assert.True(ValueOf(text, "basalt_engine_level_bytes{level=\"0\"}") + ValueOf(text, "basalt_engine_level_bytes{level=\"1\"}") > 0);
        Assert.Equal(0, ValueOf(text, "basalt_engine_sealed_memtables"));
        Assert.True(ValueOf(text, "basalt_engine_wal_sync_seconds_bucket{le=\"+Inf\"}") > 0);
        Assert.True(ValueOf(text, "basalt_engine_wal_sync_seconds_sum") > 0);
        Assert.Equal(1, ValueOf(text, "bucket_pause_durations_ms_count{bucket_dir=\"n/a\"}"));
    }

    [Fact]
    public async Task Metrics_AfterARestore_HaveItsPhases()
    {
        await _server.Client.CreateClassAsync("Book", 10);
        await _server.Client.BackUpAsync("b1");
        await _server.Client.DeleteAsync("/v1/schema/Book");

        await _server.Client.RestoreAsync("b1");

        // The end is counted before it is told to clients.
        string text = await TextAsync();
        const string Whole = "{backend_name=\"filesystem\",class_name=\"n/a\"}";
        Assert.Equal(1, ValueOf(text, $"backup_restore_ms_count{Whole}"));
        Assert.Equal(1, ValueOf(text, $"backup_restore_init_ms_count{Whole}"));
        Assert.Equal(1, ValueOf(text, $"backup_restore_from_backend_ms_count{Whole}"));
        Assert.Equal(1, ValueOf(text, "backup_restore_class_ms_count{backend_name=\"filesystem\",class_name=\"Book\"}"));
        double whole = ValueOf(text, $"backup_restore_ms_sum{Whole}");
        double phases = new[] { "prepare", "object_storage_download", "schema_apply" }
            .Sum(phase => ValueOf(text, $"weaviate_restore_phase_duration_seconds_sum{{phase=\"{phase}\"}}"));
        Assert.InRange(ValueOf(text, $"backup_restore_from_backend_ms_sum{Whole}"), 0, whole + 100);
        Assert.InRange(phases * 1000, 1e-6, whole + 100);
    }

    private async Task<string> TextAsync() => (await _server.Client.GetAsync("/metrics")).Expect(200).Text;

    private static double ValueOf(string text, string series) =>
        double.Parse(text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
