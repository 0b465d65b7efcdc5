namespace Basalt.Server.GraphQL.Execution;

/// <summary>What <c>_additional</c> can show.</summary>
internal enum AdditionalKind
{
    /// <summary>The id.</summary>
    Id,

    /// <summary>The vector of a class without named ones.</summary>
    Vector,

    /// <summary>Named vectors.</summary>
    Vectors,

    /// <summary>When the object came to be, in ms as text.</summary>
    CreationTimeUnix,

    /// <summary>When it was last written, in ms as text.</summary>
    LastUpdateTimeUnix,

    /// <summary>The distance from the vector that was searched for.</summary>
    Distance,

    /// <summary>The same as a certainty.</summary>
    Certainty,

    /// <summary>Whether all copies agree.</summary>
    IsConsistent,
}
