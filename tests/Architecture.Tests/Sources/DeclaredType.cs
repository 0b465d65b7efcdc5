namespace Basalt.Architecture.Tests.Sources;

/// <summary>A type as its declaration in source shows it.</summary>
internal sealed record DeclaredType(string Name, bool IsPublic);
