namespace Basalt.Server.Objects;

/// <summary>
/// What one request takes of <see cref="BatchAdmission"/>: memory while its body arrives, a turn while it is worked on. A slow sender
/// keeps nobody from a turn. Not thread-safe.
/// </summary>
/// <param name="admission">Where it is taken from and given back to.</param>
/// <param name="freeBytes">Bytes of the body that count for nothing.</param>
internal sealed class BatchTurn(BatchAdmission admission, long freeBytes) : IDisposable
{
    private long _reserved;
    private bool _hasEntered;

    /// <summary>
    /// Makes room for the body so far. When there is none it waits for a turn: whoever has one needs no room, so that bodies that fill the
    /// memory together cannot wait for each other.
    /// </summary>
    /// <param name="bytes">Bytes of the body so far, what was asked for earlier included.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask MakeRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        long more = bytes - freeBytes - _reserved;
        if (more <= 0 || _hasEntered)
        {
            return ValueTask.CompletedTask;
        }

        if (!admission.TryReserve(more))
        {
            return new ValueTask(EnterAsync(cancellationToken));
        }

        _reserved += more;
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for a turn, if the request has none yet.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (!_hasEntered)
        {
            await admission.EnterAsync(cancellationToken);
            _hasEntered = true;
            GiveRoomBack();
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Dispose()
    {
        GiveRoomBack();
        if (_hasEntered)
        {
            _hasEntered = false;
            admission.Leave();
        }
    }

    private void GiveRoomBack()
    {
        admission.Release(_reserved);
        _reserved = 0;
    }
}
