using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>Tells what to try with a server that was left running.</summary>
internal static class KeepInstructions
{
    private const int Berlin = 2950159;

    public static void Write(IAnsiConsole console, DemoSession session, Uri address, DataFolder folder)
    {
        console.WriteLine();
        console.MarkupLine("[bold]The server stays until Ctrl-C. Try it from another terminal:[/]");
        console.WriteLine();

        // Past the console: it would break lines that are to be copied.
        foreach (string line in Lines(session, address, folder))
        {
            console.Profile.Out.Writer.WriteLine(line);
        }

        console.Profile.Out.Writer.Flush();
    }

    private static IEnumerable<string> Lines(DemoSession session, Uri address, DataFolder folder)
    {
        const string Json = "-H 'Content-Type: application/json' -d";
        string city = $"$B/objects/{CityObject.ClassName}/{ShownObject(session)}";
        return
        [
            $"  B={address.ToString().TrimEnd('/')}/v1",
            $"  curl -s \"$B/objects?class={CityObject.ClassName}&limit=3&include=vector\"",
            $"  curl -s {city}",
            $"  curl -s $B/backups/filesystem {Json} '{{\"id\":\"mine\",\"include\":[\"{CityObject.ClassName}\"]}}'",
            "  curl -s $B/backups/filesystem/mine",
            $"  curl -s -X DELETE $B/schema/{CityObject.ClassName}",
            $"  curl -s -i {city}",
            $"  curl -s $B/backups/filesystem/mine/restore {Json} '{{}}'",
            "  curl -s $B/backups/filesystem/mine/restore",
            $"  curl -s {city}",
            string.Empty,
            $"Data and backups are in {folder.Path} and stay there; delete the folder when you are done.",
        ];
    }

    // The writer may have deleted any city, even a capital.
    private static Guid ShownObject(DemoSession session)
    {
        Guid berlin = CityObject.IdOf(Berlin);
        return session.Restored.ContainsKey(berlin) ? berlin : session.Restored.Keys.FirstOrDefault(session.Imported[0].Id);
    }
}
