namespace Basalt.Server.Tests.KillMatrix;

/// <summary>Tests that begin with copies of one import.</summary>
[CollectionDefinition(nameof(StoppedImportCollection))]
public sealed class StoppedImportCollection : ICollectionFixture<StoppedImport>;
