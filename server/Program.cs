using Basalt.Server.Cli;

return args switch
{
    _ => await ServerCommand.RunAsync(args),
};
