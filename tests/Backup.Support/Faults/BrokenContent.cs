using System.Net;

namespace Basalt.Backup.Tests.Support.Faults;

/// <summary>A body that promises all of its bytes and breaks off in the middle.</summary>
internal sealed class BrokenContent(byte[] body) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        await stream.FlushAsync();
        throw new IOException("The connection broke.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
