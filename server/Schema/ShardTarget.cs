using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Where an object belongs: a class, and a shard of it.</summary>
/// <param name="Class">The class.</param>
/// <param name="Shard">The shard of the class that the object's id falls to, or that of one tenant.</param>
internal readonly record struct ShardTarget(StoredClass Class, ClassShard Shard)
{
    /// <summary>The tenant; null in a class without tenants.</summary>
    public string? Tenant => Class.Definition.IsMultiTenant ? Shard.Name : null;

    /// <summary>The error of a request whose class or tenant was deleted while it ran.</summary>
    public RequestException Deleted() => RequestException.Unprocessable(
        Tenant is { } tenant ? $"tenant '{tenant}' of class '{Class.Name}' was deleted meanwhile" : $"class '{Class.Name}' was deleted meanwhile");
}
