using Sluice.Benchmarks;

return args is ["generate", .. var options] ? GenerateCommand.Run(options) : GenerateCommand.Usage();
