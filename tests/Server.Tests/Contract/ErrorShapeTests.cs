using System.Net.Http.Headers;
using System.Text;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.10: the shapes of errors.</summary>
public sealed class ErrorShapeTests(ContractServer shared, ClosedServer closed) : IClassFixture<ContractServer>, IClassFixture<ClosedServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("handler 422", "POST", Location, """{"id":"X"}""", 422, "invalid backup id")]
    [InlineData("handler 404 of a status", "GET", Location + "/nope", null, 404, "nope")]
    [InlineData("handler 404 of a restore", "POST", Location + "/nope/restore", "{}", 404, "nope")]
    [InlineData("handler 404 of a restore's status", "GET", Location + "/nope/restore", null, 404, "nope")]
    [InlineData("handler 500", "POST", Location, """{"id":"x","incremental_base_backup_id":"x"}""", 500, "cannot be the same")]
    public Task Errors_1_10_OfHandlers_AreAnArrayOfOneMessage(string row, string method, string path, string? body, int status, string part) =>
        Client.ExpectRefusalAsync(row, method, path, body, status, Handler, part);

    [Theory]
    [InlineData("malformed JSON", "POST", Location, "{\"id\":", 400, 400, "parsing body body from \"\" failed, because ")]
    [InlineData("validation", "POST", Location, """{"id":"x","config":{"CPUPercentage":81}}""", 422, 608, "config.CPUPercentage in body should be less than or equal to 80")]
    [InlineData("first of several violations", "POST", Location, """{"id":"x","config":{"CPUPercentage":81,"CompressionLevel":"Best"}}""", 422, 608, "config.CPUPercentage")]
    [InlineData("unknown path", "GET", "/v1/x", null, 404, 404, "path /v1/x was not found")]
    [InlineData("unknown path below backups", "GET", Location + "/done/nothing", null, 404, 404, "path /v1/backups/filesystem/done/nothing was not found")]
    [InlineData("no backend", "GET", "/v1/backups", null, 404, 404, "path /v1/backups was not found")]
    [InlineData("wrong method", "PATCH", Location, null, 405, 405, "method PATCH is not allowed, but [")]
    public Task Errors_1_10_OfTheFramework_HaveCodeAndMessage(
        string row, string method, string path, string? body, int status, int code, string part) =>
        Client.ExpectRefusalAsync(row, method, path, body, status, code, part);

    [Theory]
    [InlineData(Location)]
    [InlineData(Location + "/done/restore")]
    public async Task Errors_1_10_UnsupportedMediaType_Is415(string path)
    {
        using var content = new StringContent("""{"id":"x"}""", Encoding.UTF8, "text/plain");

        (await Client.SendAsync(HttpMethod.Post, path, content)).ExpectFrameworkError(415, 415, "text/plain", "application/json");
    }

    [Theory]
    [InlineData("GET", "/v1/schema/Nope")]
    [InlineData("GET", "/v1/objects/Nope/00000000-0000-0000-0000-000000000001")]
    public async Task Errors_1_10_NotFoundOfSchemaAndObjects_IsEmpty(string method, string path) =>
        (await Client.SendAsync(new HttpMethod(method), path)).ExpectEmpty(404);

    [Theory]
    [InlineData("no key", "POST", Location, null, 401, "anonymous access not enabled", "API-keys")]
    [InlineData("wrong key", "POST", Location, "wrong", 401, "invalid api key", "")]
    [InlineData("no key, broken body", "POST", Location + "/x/restore", null, 401, "anonymous access not enabled", "")]
    [InlineData("no key, unknown backend", "GET", "/v1/backups/minio", null, 401, "anonymous access not enabled", "")]
    [InlineData("create by a reader", "POST", Location, "reader-key", 403, "user 'bob'", "write")]
    [InlineData("restore by a reader", "POST", Location + "/x/restore", "reader-key", 403, "user 'bob'", "write")]
    [InlineData("cancel by a reader", "DELETE", Location + "/x", "reader-key", 403, "user 'bob'", "write")]
    [InlineData("cancel of a restore by a reader", "DELETE", Location + "/x/restore", "reader-key", 403, "user 'bob'", "write")]
    [InlineData("list by nobody's friend", "GET", Location, "other-key", 403, "user 'eve'", "read")]
    [InlineData("status by nobody's friend", "GET", Location + "/x", "other-key", 403, "user 'eve'", "read")]
    [InlineData("unknown backend by nobody's friend", "POST", "/v1/backups/minio", "other-key", 403, "user 'eve'", "write")]
    public async Task Errors_1_10_OfAccess_Are401OfTheFrameworkAnd403OfAHandler(
        string row, string method, string path, string? key, int status, string part, string otherPart)
    {
        using var client = new ApiClient(closed.Server.Host.Address, key is null ? null : new AuthenticationHeaderValue("Bearer", key));

        await client.ExpectRefusalAsync(row, method, path, method == "POST" ? "{" : null, status, status == 401 ? 401 : Handler, part, otherPart);
    }
}
