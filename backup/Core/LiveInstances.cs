using System.Collections.Concurrent;

namespace Basalt.Backup;

/// <summary>
/// The services of this process that have not been disposed. A database is open in one process at a time, so an attempt of a database
/// open here, signed by no live instance, has no one who works on it.
/// </summary>
internal static class LiveInstances
{
    private static readonly ConcurrentDictionary<Guid, byte> Instances = new();

    public static void Add(Guid instance) => Instances[instance] = 0;

    public static void Remove(Guid instance) => Instances.TryRemove(instance, out _);

    public static bool Contains(Guid instance) => Instances.ContainsKey(instance);
}
