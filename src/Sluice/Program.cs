using System.CommandLine;

RootCommand root = new("Routes Kubernetes Service traffic on a node, and explains where a packet goes.");

return root.Parse(args).Invoke() == 0 ? 0 : 2;
