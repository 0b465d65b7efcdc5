namespace Basalt.Engine;

/// <summary>How <see cref="DatabaseInspector"/> looks at a database.</summary>
public sealed record InspectionOptions
{
    /// <summary>Damaged places that are listed; further ones are only counted. 1 to 1,000,000, 10,000 unless told.</summary>
    public int MaxListed { get; init; } = 10_000;

    internal Storage.IFileSystem FileSystem { get; init; } = Storage.LocalFileSystem.Instance;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxListed, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxListed, 1_000_000);
    }
}
