using Sluice.Benchmarks;

return args switch
{
    ["generate", .. var options] => GenerateCommand.Run(options),
    ["read", .. var options] => ReadCommand.Run(options),
    _ => GenerateCommand.Usage() | ReadCommand.Usage(),
};
