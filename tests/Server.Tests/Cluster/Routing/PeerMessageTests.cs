using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Search;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>What arrives at the paths between nodes: from nobody else, and nothing that could harm a shard.</summary>
public sealed class PeerMessageTests
{
    private const long MaxAllocated = 8 << 20;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer secret")]
    [InlineData("Basic Y2x1c3Rlcjp3cm9uZw==")]
    [InlineData("Basic ?")]
    public async Task Request_WithoutTheCredentials_IsRefused(string? authorization)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();

        foreach (string path in (string[])[PeerPaths.Read, PeerPaths.Contains, PeerPaths.Commit, PeerPaths.Lengths, PeerPaths.Search, PeerPaths.Match, PeerPaths.Count])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(nodes.First, path, authorization, []));
        }
    }

    [Fact]
    public async Task Request_WhenMalformed_IsRefused()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        string authorization = new PeerCredentials(TwoNodes.User, TwoNodes.Password).Header.ToString();

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(nodes.First, PeerPaths.Commit, authorization, []));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(nodes.First, PeerPaths.Commit, authorization, Encoding.UTF8.GetBytes("no message at all")));
    }

    [Fact]
    public async Task Paths_WhenTheServerIsAlone_AreNotThere()
    {
        await using TestServer server = await TestServer.StartAsync();

        string authorization = new PeerCredentials(TwoNodes.User, TwoNodes.Password).Header.ToString();

        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(server, PeerPaths.Read, authorization, []));
    }

    [Fact]
    public void Window_WhenSent_ArrivesAsItWas()
    {
        using WriteWindow window = Window();
        using var message = new PeerMessageWriter();
        WindowMessage.Write(message, window);
        using var read = new WriteWindow();
        var reader = new PeerMessageReader(message.Complete());

        WindowMessage.Read(reader, read);
        reader.End();

        Assert.Equal(window.Count, read.Count);
        for (int i = 0; i < window.Count; i++)
        {
            Assert.Equal((window.Writes[i].Id, window.Writes[i].Mode), (read.Writes[i].Id, read.Writes[i].Mode));
            Assert.Equal(window.Record(window.Writes[i]).ToArray(), read.Record(read.Writes[i]).ToArray());
            Assert.Equal(window.Writes[i].Expected.ToArray(), read.Writes[i].Expected.ToArray());
            Assert.Equal(EntriesOf(window, i), EntriesOf(read, i));
        }
    }

    [Fact]
    public void Window_WhenMutated_IsReadOrRefused()
    {
        using WriteWindow window = Window();
        using var message = new PeerMessageWriter();
        WindowMessage.Write(message, window);
        byte[] fields = message.Fields.ToArray();

        Fuzz(301, fields, reader =>
        {
            using var read = new WriteWindow();
            WindowMessage.Read(reader, read);
        });
    }

    [Fact]
    public void Hits_WhenSent_ArriveAsTheyWere()
    {
        SearchHit[] hits =
        [
            new(Guid.NewGuid(), 0.25f), new(Guid.NewGuid()), new(Guid.NewGuid(), null, [null, 5L, 0.5, "a", true, Guid.Empty]),
        ];
        using var message = new PeerMessageWriter();
        HitMessage.Write(message, hits);

        SearchHit[] read = HitMessage.Read(new PeerMessageReader(message.Complete()));

        Assert.Equal(hits.Select(hit => (hit.Id, hit.Distance)), read.Select(hit => (hit.Id, hit.Distance)));
        Assert.Equal(hits[2].SortValues, read[2].SortValues);
    }

    [Fact]
    public void Hits_WhenMutated_AreReadOrRefused()
    {
        using var message = new PeerMessageWriter();
        HitMessage.Write(message, [new(Guid.NewGuid(), 0.25f), new(Guid.NewGuid(), null, [null, 5L, 0.5, "a", true, Guid.Empty])]);

        Fuzz(302, message.Fields.ToArray(), static reader => HitMessage.Read(reader));
    }

    [Fact]
    public void Message_WhenMutated_IsRefused()
    {
        using var message = new PeerMessageWriter();
        message.Text("some text");
        byte[] whole = message.Complete().ToArray();
        var mutator = new ByteMutator(303);

        FuzzLoop.Run(
            303,
            ByteMutator.Rounds,
            () => mutator.Mutate(whole),
            input => Assert.True(input.AsSpan().SequenceEqual(whole) || Refuses(() => _ = new PeerMessageReader(input))),
            MaxAllocated);
    }

    /// <summary>Mutates the fields of a message and makes its checksum right again.</summary>
    private static void Fuzz(int seed, byte[] fields, Action<PeerMessageReader> read)
    {
        var mutator = new ByteMutator(seed);
        FuzzLoop.Run(
            seed,
            ByteMutator.Rounds,
            () => mutator.Mutate(fields),
            input =>
            {
                using var sealedAgain = new PeerMessageWriter();
                sealedAgain.Raw(input);
                Refuses(() => read(new PeerMessageReader(sealedAgain.Complete())));
            },
            MaxAllocated);
    }

    private static bool Refuses(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (PeerMessageException)
        {
            return true;
        }
    }

    private static WriteWindow Window()
    {
        var window = new WriteWindow();
        byte[] record =
        [
            ObjectRecord.Version, .. new byte[16], 2, 0, 0, 0, .. "{}"u8, 2, 0, 0, 0, .. new byte[8], 1, 0, 1, (byte)'a', 1, 0, 0, 0, .. new byte[4],
        ];
        Add(WriteMode.Upsert, record, []);
        Add(WriteMode.Update, record, record);
        Add(WriteMode.Delete, [], []);
        return window;

        void Add(WriteMode mode, byte[] stored, byte[] expected)
        {
            var write = new ObjectWrite
            {
                Id = Guid.NewGuid(),
                Mode = mode,
                Expected = expected,
                RecordOffset = window.Records.Length,
                RecordLength = stored.Length,
                FirstEntry = window.Entries.Count,
            };
            window.Records.Append(stored);
            for (int i = 0; i < (stored.Length == 0 ? 0 : 3); i++)
            {
                window.Entries.AddInteger((ushort)(IndexKey.FirstProperty + i), i, write.Id);
            }

            write.EntryCount = window.Entries.Count - write.FirstEntry;
            window.Add(write);
        }
    }

    private static List<string> EntriesOf(WriteWindow window, int index)
    {
        ObjectWrite write = window.Writes[index];
        return [.. Enumerable.Range(write.FirstEntry, write.EntryCount).Select(entry => Convert.ToHexString(window.Entries[entry]))];
    }

    private static async Task<HttpStatusCode> SendAsync(TestServer server, string path, string? authorization, byte[] body)
    {
        using var client = new HttpClient { BaseAddress = server.Host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
