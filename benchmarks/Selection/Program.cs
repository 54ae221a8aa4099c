using Gleaner.Benchmarks.Selection;

// One measurement of Gleaner's selection engine: reads the arrays that run.py made, prints one line of JSON. README.md says what is timed.

var measured = args switch
{
    ["rowsums", var embedding, var threads] => Rows.Sums(embedding, int.Parse(threads)),
    ["sas", var embedding, var labels, var threads, var objective] => SasRanking.Whole(embedding, labels, int.Parse(threads), objective),
    ["facility", "kernel", var kernel] => Maximising.FacilityLocation(() => Maximising.Kernel(kernel)),
    ["facility", "rows", var embedding] => Maximising.FacilityLocation(() => Maximising.Rows(embedding)),
    ["graphcut", "kernel", var kernel] => Maximising.GraphCut(() => Maximising.Kernel(kernel)),
    ["graphcut", "rows", var embedding] => Maximising.GraphCut(() => Maximising.Rows(embedding)),
    ["kmeans-start", var embedding, var classes, var threads, var start] => LloydSteps.Start(embedding, int.Parse(classes), int.Parse(threads), start),
    ["kmeans", var embedding, var classes, var threads, var steps] => LloydSteps.Steps(embedding, int.Parse(classes), int.Parse(threads), int.Parse(steps)),
    _ => null,
};
if (measured is null)
{
    Console.Error.WriteLine("Unknown measurement; run.py knows the arguments, Program.cs lists them.");
    return 2;
}
measured.Print();
return 0;
