namespace Basalt.Bench.Targets;

/// <summary>A product under test.</summary>
internal interface IStoreKind
{
    string Name { get; }

    string Version { get; }

    /// <summary>Settings that matter, in words, for the report.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Opens or creates a store in a folder.</summary>
    IStore Open(string path, StoreOptions options);
}
