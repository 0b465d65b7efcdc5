using System.Text.Json.Nodes;

namespace Basalt.Server.Modules;

/// <summary>An enabled module as <c>/v1/meta</c> shows it.</summary>
/// <param name="Name">Its name, <c>backup-filesystem</c> for example.</param>
/// <param name="Details">What clients may know of its configuration: no secrets.</param>
internal sealed record ModuleDescription(string Name, JsonObject Details);
