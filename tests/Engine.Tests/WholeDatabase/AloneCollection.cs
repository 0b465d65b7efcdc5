namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Tests that measure the memory of the process run when no other does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
