namespace Basalt.Server.Cluster;

/// <summary>What of an entry a transaction compares.</summary>
internal enum CompareTarget
{
    /// <summary>The revision that wrote it; 0 when there is no such key.</summary>
    ModRevision,

    /// <summary>Its value; unequal to everything when there is no such key.</summary>
    Value,

    /// <summary>Whether there is such a key.</summary>
    Exists,
}
