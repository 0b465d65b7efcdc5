using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.4: the answer to a request that creates a backup.</summary>
public sealed class CreateResponseTests(ContractServer shared) : IClassFixture<ContractServer>
{
    private static readonly string[] Required = ["backend", "classes", "id", "path", "status"];

    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Create_1_4_AnswersWithExactlyTheFiveMembers()
    {
        JsonElement answer = await CreateAsync("""{"id":"five"}""");

        ExpectMembers(answer, Required);
        Assert.Equal("five", answer.GetProperty("id").GetString());
        Assert.Equal("filesystem", answer.GetProperty("backend").GetString());
        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        Assert.Equal(["Author", "Book"], answer.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(Path.Combine(shared.Server.BackupPath, "five"), answer.GetProperty("path").GetString());
    }

    [Fact]
    public async Task Create_1_4_ClassesIsAnArrayForOneClassToo()
    {
        JsonElement answer = await CreateAsync("""{"id":"one","include":["Book"]}""");

        Assert.Equal("""["Book"]""", answer.GetProperty("classes").GetRawText());
    }

    [Fact]
    public async Task Create_1_4_BucketIsThereOnlyWhenOneWasGiven()
    {
        ExpectMembers(await CreateAsync("""{"id":"empty-bucket","config":{"Bucket":""}}"""), Required);

        JsonElement answer = await CreateAsync("""{"id":"bucket","config":{"Bucket":"shelf"}}""");

        ExpectMembers(answer, [.. Required, "bucket"]);
        Assert.Equal("shelf", answer.GetProperty("bucket").GetString());
    }

    private async Task<JsonElement> CreateAsync(string body)
    {
        JsonElement answer = (await Client.PostAsync(Location, body)).Expect(200).Json;
        await Client.EndOfAsync($"{Location}/{answer.GetProperty("id").GetString()}", "SUCCESS");
        return answer;
    }
}
