namespace Basalt.Server.Cluster.Etcd;

/// <summary>The token that stands for user and password, taken when it is first needed and again when it is refused.</summary>
/// <param name="authenticate">Asks for one.</param>
internal sealed class EtcdToken(Func<CancellationToken, Task<string>> authenticate) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile string? _token;

    /// <summary>The token, or a new one in place of one that was refused.</summary>
    /// <param name="refused">The one that was refused; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        if (_token is { } known && known != refused)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_token is null || _token == refused)
            {
                _token = await authenticate(cancellationToken);
            }

            return _token;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
