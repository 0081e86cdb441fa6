using Sluice.Benchmarks;

return args switch
{
    ["generate", .. var options] => GenerateCommand.Run(options),
    ["read", .. var options] => ReadCommand.Run(options),
    ["trace", .. var options] => TraceCommand.Run(options),
    _ => GenerateCommand.Usage() | ReadCommand.Usage() | TraceCommand.Usage(),
};
