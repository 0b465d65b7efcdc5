namespace Basalt.Server.Cluster.Backups;

/// <summary>A cut that is made when the cluster's clock reaches an instant here. Disposing gives it up if it was not begun.</summary>
internal interface IArmedCut : IDisposable
{
    /// <summary>Ends when the cut was made or failed.</summary>
    Task Made { get; }
}
