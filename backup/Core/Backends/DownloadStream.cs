using Basalt.Backup.Transfers;

namespace Basalt.Backup.Backends;

/// <summary>
/// The body of an answer, whose failures are told in the words of its store. Closing it before its end closes the connection, which is
/// cheaper than to read the rest.
/// </summary>
/// <param name="answer">Closed with the stream.</param>
/// <param name="body">The bytes of the answer.</param>
/// <param name="describe">Makes a failure of the connection one of the store.</param>
internal sealed class DownloadStream(IDisposable answer, Stream body, Func<Exception, Exception> describe) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw describe(failure);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
        }

        base.Dispose(disposing);
    }
}
