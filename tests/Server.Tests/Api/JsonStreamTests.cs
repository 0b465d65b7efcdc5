using System.IO.Pipelines;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Tests.Api;

public sealed class JsonStreamTests
{
    [Fact]
    public async Task FlushIfLarge_WhenMuchIsWritten_KeepsLittleBack()
    {
        using var sent = new MemoryStream();
        PipeWriter output = PipeWriter.Create(sent);
        using var stream = new JsonStream(output);

        stream.Writer.WriteStartArray();
        for (int i = 0; i < 50_000; i++)
        {
            stream.Writer.WriteStringValue("a text of some thirty characters");
            await stream.FlushIfLargeAsync(CancellationToken.None);
            Assert.InRange(output.UnflushedBytes + stream.Writer.BytesPending, 0, 80 << 10);
        }

        stream.Writer.WriteEndArray();
        stream.Complete();
        await output.FlushAsync();
        Assert.Equal(50_000, JsonElement.Parse(sent.ToArray()).GetArrayLength());
    }

    [Fact]
    public async Task FlushIfLarge_WhenLittleIsWritten_SendsNothing()
    {
        using var sent = new MemoryStream();
        using var stream = new JsonStream(PipeWriter.Create(sent));

        stream.Writer.WriteStringValue("a text of some thirty characters");
        await stream.FlushIfLargeAsync(CancellationToken.None);

        Assert.Equal(0, sent.Length);
    }

    [Fact]
    public async Task Dispose_WhenTheAnswerFailsHalfway_LeavesTheOutputUntouched()
    {
        using var sent = new MemoryStream();
        PipeWriter output = PipeWriter.Create(sent);
        using (var stream = new JsonStream(output))
        {
            stream.Writer.WriteStartArray();
            stream.Writer.WriteStringValue(new string('x', 20_000));
            await stream.FlushIfLargeAsync(CancellationToken.None);
        }

        Assert.Equal(0, output.UnflushedBytes);
        await output.FlushAsync();
        Assert.Equal(0, sent.Length);
    }
}
