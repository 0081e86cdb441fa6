using Sluice.Benchmarks;

return args switch
{
    ["generate", .. var options] => GenerateCommand.Run(options),
    ["read", .. var options] => ReadCommand.Run(options),
    ["trace", .. var options] => TraceCommand.Run(options),
    ["route-manifest", .. var options] => RouteManifestCommand.Run(options),
    ["route-chunks", .. var options] => RouteChunksCommand.Run(options),
    ["route-cold", .. var options] => RouteColdCommand.Run(options),
    ["route-change", .. var options] => RouteChangeCommand.Run(options),
    ["route-storm", .. var options] => RouteStormCommand.Run(options),
    ["nft-comparison", .. var options] => NftComparisonCommand.Run(options),
    ["nft-change", .. var options] => NftChangeCommand.Run(options),
    ["nft-cold", .. var options] => NftColdCommand.Run(options),
    ["nft-memory", .. var options] => NftMemoryCommand.Run(options),
    ["nft-audit", .. var options] => NftAuditCommand.Run(options),
    ["nft-traffic", .. var options] => NftTrafficCommand.Run(options),
    ["conntrack", .. var options] => ConntrackCommand.Run(options),
    ["cluster-read", .. var options] => ClusterReadCommand.Run(options),
    ["daemon", .. var options] => DaemonCommand.Run(options),
    _ => GenerateCommand.Usage() | ReadCommand.Usage() | TraceCommand.Usage() |
        RouteManifestCommand.Usage() | RouteChunksCommand.Usage() | RouteColdCommand.Usage() | RouteChangeCommand.Usage() | RouteStormCommand.Usage() |
        NftComparisonCommand.Usage() | NftTrafficCommand.Usage() | NftMemoryCommand.Usage() | NftChangeCommand.Usage() | NftColdCommand.Usage() | NftAuditCommand.Usage() |
        ConntrackCommand.Usage() | ClusterReadCommand.Usage() | DaemonCommand.Usage(),
};
