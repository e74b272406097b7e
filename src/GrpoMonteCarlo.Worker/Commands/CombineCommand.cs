using System.CommandLine;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Hosting;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc combine OUT DIR...</c>: makes one run of its shards.</summary>
internal static class CombineCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "The folder of the whole run." };
        var pieces = new Argument<string[]>("DIR") { Description = "The folders of all its shards.", Arity = ArgumentArity.OneOrMore };
        var noReport = new Option<bool>("--no-report") { Description = "No report at the end." };
        var command = new ToolCommand(
            "combine",
            "Fold the shards of an experiment into what one run would have written, to the byte.",
            "grpomc combine results/cycles results/cycles-shard-*-of-8")
        {
            output, pieces, noReport,
        };
        command.SetAction(parsed =>
        {
            ShardSet shards = ShardSet.Read(parsed.GetRequiredValue(pieces));
            using RunFolder folder = shards.CopyTo(parsed.GetRequiredValue(output), Console.Error.WriteLine);
            try
            {
                return RunConclusion.Write(
                    shards.Plan, folder, () => shards.Runs, Environment.ProcessorCount, !parsed.GetValue(noReport), CancellationToken.None);
            }
            catch (InvalidDataException lack)
            {
                throw new BadInputException($"{lack.Message}; run the shards again");
            }
        });
        return command;
    }
}
