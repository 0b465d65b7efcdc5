using Basalt.Server.Cli;
using Basalt.Server.Demo;

return args switch
{
    ["demo", .. string[] rest] => await DemoCommand.RunAsync(rest),
    _ => await ServerCommand.RunAsync(args),
};
