using System.CommandLine;
using System.CommandLine.Help;
using Gleaner.Cli;

// A plain command and not a RootCommand: that one takes its name from the program's file, and this tool is called gleaner.
var root = new Command("gleaner", "Gleaner finds, in a large pool of unlabeled images, the subset from which self-supervised learning learns the most.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
    new SelectCommand(),
    new PretrainCommand(),
    new EvaluateCommand(),
    new SupervisedCommand(),
    new CompareCommand(),
    new DiffCommand(),
    new ReportCommand(),
    new ViewCommand(),
    new DoctorCommand(),
};
return CommandLine.Run(root, args);
