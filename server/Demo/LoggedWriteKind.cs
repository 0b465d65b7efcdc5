namespace Basalt.Server.Demo;

/// <summary>What a write of the demo's writer does; each is another request of the API.</summary>
internal enum LoggedWriteKind
{
    /// <summary>Creates an object that was never there.</summary>
    Insert,

    /// <summary>Replaces an object that is there.</summary>
    Update,

    /// <summary>Deletes an object that is there.</summary>
    Delete,
}
