namespace Basalt.Server.Objects;

/// <summary>
/// An object as a request carries it: where its parts stand in the body. Everything else is decided when it is encoded for its
/// class.
/// </summary>
internal struct ObjectDraft
{
    /// <summary>The class as the request names it; null if it names none.</summary>
    public string? ClassName;

    /// <summary>The id, given or made.</summary>
    public Guid Id;

    /// <summary>Whether the request gave an id.</summary>
    public bool HasId;

    /// <summary>Where the properties stand; empty if there are none.</summary>
    public Range Properties;

    /// <summary>Where the vector stands; empty if there is none.</summary>
    public Range Vector;

    /// <summary>Where the named vectors stand; empty if there are none.</summary>
    public Range Vectors;

    /// <summary>Whether the vectors stand there as float32 values, in the form that <see cref="StoredVectors"/> takes, and not as JSON.</summary>
    public bool HasStoredVectors;

    /// <summary>The tenant as the request names it; null if it names none.</summary>
    public string? Tenant;

    /// <summary>Why the object cannot be used, or null.</summary>
    public string? Problem;
}
