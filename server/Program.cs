using Basalt.Server.Cli;
using Basalt.Server.Cli.Backup;
using Basalt.Server.Demo;

return args switch
{
    ["demo", .. string[] rest] => await DemoCommand.RunAsync(rest),
    ["backup", .. string[] rest] => await BackupCommand.RunAsync(rest),
    _ => await ServerCommand.RunAsync(args),
};
