using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Grpc;

public sealed class BatchReferencesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-000000000001";
    private const string Other = "00000000-0000-0000-0000-000000000002";

    private GrpcClient Client => shared.Server.Grpc;

    [Fact]
    public async Task Batch_WhenSomeAreBad_AddsTheOthersAndTellsWhich()
    {
        string name = await CreateAsync();

        BatchReferencesReply reply = await ImportAsync(
            Reference(name, Id, Other),
            Reference(name, Other, Id),
            Reference(name, "no-uuid", Id),
            Reference("Nowhere", Id, Other),
            new BatchReference { Name = "nope", FromCollection = name, FromUuid = Id, ToUuid = Other },
            new BatchReference { Name = "of", FromCollection = name, FromUuid = Id, ToCollection = "Elsewhere", ToUuid = Other },
            new BatchReference { Name = "of", FromCollection = name, FromUuid = Id, ToUuid = Other, Tenant = "t" },
            new BatchReference { Name = "of", FromCollection = name, FromUuid = Id, ToCollection = name, ToUuid = Id });

        Assert.Equal([1, 2, 3, 4, 5, 6], reply.Errors.Select(error => error.Index));
        Assert.Contains(Other, reply.Errors[0].Error, StringComparison.Ordinal);
        Assert.Contains("no-uuid", reply.Errors[1].Error, StringComparison.Ordinal);
        Assert.Contains("Nowhere", reply.Errors[2].Error, StringComparison.Ordinal);
        Assert.Contains("nope", reply.Errors[3].Error, StringComparison.Ordinal);
        Assert.Contains("Elsewhere", reply.Errors[4].Error, StringComparison.Ordinal);
        Assert.Contains("multi-tenancy", reply.Errors[5].Error, StringComparison.Ordinal);
        JsonElement stored = (await shared.Client.GetAsync($"/v1/objects/{name}/{Id}")).Expect(200).Json.GetProperty("properties").GetProperty("of");
        Assert.Equal(
            [$"weaviate://localhost/{name}/{Other}", $"weaviate://localhost/{name}/{Id}"],
            stored.EnumerateArray().Select(reference => reference.GetProperty("beacon").GetString()));
    }

    [Fact]
    public async Task Batch_WhenItIsEmpty_IsRefused() =>
        (await Client.TryCallAsync("BatchReferences", new BatchReferencesRequest())).ExpectError("3", "no references");

    private static BatchReference Reference(string name, string from, string to) =>
        new() { Name = "of", FromCollection = name, FromUuid = from, ToUuid = to };

    private Task<BatchReferencesReply> ImportAsync(params BatchReference[] references) =>
        Client.CallAsync("BatchReferences", new BatchReferencesRequest { References = { references } }, BatchReferencesReply.Parser);

    private async Task<string> CreateAsync()
    {
        string name = await shared.CreateClassAsync();
        (await shared.Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"of","dataType":["{{name}}"]}""")).Expect(200);
        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}"}""")).Expect(200);
        return name;
    }
}
