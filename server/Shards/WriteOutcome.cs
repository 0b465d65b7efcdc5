namespace Basalt.Server.Shards;

/// <summary>What became of a write.</summary>
internal enum WriteOutcome
{
    /// <summary>Not tried yet.</summary>
    Pending,

    /// <summary>Done.</summary>
    Written,

    /// <summary>Refused: there is an object of that id.</summary>
    AlreadyExists,

    /// <summary>Refused: there is no object of that id.</summary>
    NotFound,

    /// <summary>Refused: the object changed meanwhile.</summary>
    Changed,

    /// <summary>Refused for the reason in <see cref="ObjectWrite.Problem"/>.</summary>
    Invalid,
}
