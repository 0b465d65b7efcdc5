using Basalt.Server.Cli;
using Basalt.Server.Demo;

return args switch
{
    ["demo", .. string[] rest] => await DemoCommand.RunAsync(rest),
    ["backup" or "check" or "repair", ..] => await CommandRunner.RunAsync(args),
    _ => await ServerCommand.RunAsync(args),
};
