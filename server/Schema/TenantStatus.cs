namespace Basalt.Server.Schema;

/// <summary>Whether a tenant may be used.</summary>
internal enum TenantStatus
{
    /// <summary>In use.</summary>
    Hot,

    /// <summary>Kept, and refused to requests until it is hot again.</summary>
    Cold,
}
