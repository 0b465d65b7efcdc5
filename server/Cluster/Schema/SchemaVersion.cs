using System.Globalization;

namespace Basalt.Server.Cluster.Schema;

/// <summary>Where the schema of the cluster stands after a change.</summary>
/// <param name="Revision">The revision of the store that made it; later changes have greater ones. 0 before the first.</param>
/// <param name="Name">
/// A name that no other change has, in this history of the store or in one that took its place when the store was restored from a backup. Empty if it is not
/// known. Names are in the order of time, as text.
/// </param>
internal readonly record struct SchemaVersion(long Revision, string Name)
{
    /// <summary>Before the first change.</summary>
    public static SchemaVersion None { get; } = new(0, "");

    /// <summary>A name for a change that is made now.</summary>
    public static string NewName(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"{TimeOf(now)}-{Guid.NewGuid():N}");

    /// <summary>What the names of changes of a time begin with.</summary>
    public static string TimeOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
}
