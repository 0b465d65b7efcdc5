using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class RestClientTests
{
    [Fact]
    public async Task ReadObjectsAsync_WhenImported_GivesBackEveryPropertyAndVector()
    {
        await using DemoServer server = await DemoServer.StartAsync();

        Dictionary<Guid, CityObject> read = await server.ReadAsync();

        Assert.Equal(DemoServer.Objects.ToDictionary(value => value.Id), read);
    }

    [Fact]
    public async Task WriteAsync_WhenTheWorkloadRuns_LeavesWhatTheLogSays()
    {
        await using DemoServer server = await DemoServer.StartAsync();
        WriteWorkload workload = new(DemoServer.Objects, seed: 5);
        LoggedWrite[] writes = [.. Enumerable.Range(0, 200).Select(_ => workload.Next())];

        foreach (LoggedWrite write in writes)
        {
            await server.Client.WriteAsync(write, CancellationToken.None);
        }

        Assert.Equal(CutChecker.StateAfter(DemoServer.Objects, writes, writes.Length), await server.ReadAsync());
    }

    [Fact]
    public async Task CountAsync_WhenObjectsMatch_CountsThem()
    {
        await using DemoServer server = await DemoServer.StartAsync();
        string country = DemoServer.Objects[0].City.Country;

        int inCountry = await server.Client.CountAsync("country", "Equal", "valueText", $"\"{country}\"", CancellationToken.None);
        int written = await server.Client.CountAsync("version", "GreaterThan", "valueInt", "0", CancellationToken.None);

        Assert.Equal(DemoServer.Objects.Count(value => value.City.Country == country), inCountry);
        Assert.Equal(0, written);
        Assert.Equal(DemoServer.Objects.Count, (await server.ReadAsync()).Count);
    }

    [Fact]
    public async Task HasClassAsync_WhenTheClassWasDeleted_IsFalse()
    {
        await using DemoServer server = await DemoServer.StartAsync();

        Assert.True(await server.Client.HasClassAsync(CityObject.ClassName, CancellationToken.None));
        await server.Client.DeleteClassAsync(CityObject.ClassName, CancellationToken.None);

        Assert.False(await server.Client.HasClassAsync(CityObject.ClassName, CancellationToken.None));
    }

    [Fact]
    public async Task CreateClassAsync_WhenRefused_NamesRequestStatusAndReason()
    {
        await using DemoServer server = await DemoServer.StartAsync();

        DemoFailureException error = await Assert.ThrowsAsync<DemoFailureException>(
            () => server.Client.CreateClassAsync(CityObject.ClassDefinition, CancellationToken.None));

        Assert.Contains("POST /v1/schema", error.Message, StringComparison.Ordinal);
        Assert.Contains("422", error.Message, StringComparison.Ordinal);
        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain")]
    public async Task BackupStatusAsync_WhenTheAnswerIsBroken_NamesTheRequest(string answer)
    {
        using CannedServer server = new(answer);
        DemoFailureException error;
        using (RestClient client = new(server.Address))
        {
            error = await Assert.ThrowsAsync<DemoFailureException>(() => client.BackupStatusAsync("b", CancellationToken.None));
        }

        await server.Served;
        Assert.Contains("GET /v1/backups/filesystem/b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAsync_WhenAnObjectIsRefused_ShowsIt()
    {
        await using DemoServer server = await DemoServer.StartAsync();
        CityObject refused = DemoServer.Objects[0];
        await server.Client.DeleteClassAsync(CityObject.ClassName, CancellationToken.None);
        await server.Client.CreateClassAsync(
            """{"class":"City","properties":[{"name":"name","dataType":["int"]}]}""", CancellationToken.None);

        DemoFailureException error = await Assert.ThrowsAsync<DemoFailureException>(
            () => server.Client.ImportAsync([refused], CancellationToken.None));

        Assert.Contains(refused.Id.ToString(), error.Message, StringComparison.Ordinal);
    }
}
