namespace Basalt.Server.Demo;

/// <summary>Between which writes the cut of a backup must lie.</summary>
/// <param name="Acknowledged">Writes acknowledged before the backup was asked for: all of them must be inside.</param>
/// <param name="Started">Writes begun before the backup was known to be complete: no later one may be inside.</param>
internal readonly record struct CutWindow(int Acknowledged, int Started);
