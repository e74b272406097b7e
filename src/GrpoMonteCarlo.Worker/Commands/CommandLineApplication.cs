using System.CommandLine;
using System.CommandLine.Help;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>The command line: parses it, runs the command, and turns what goes wrong into one line and an exit code.</summary>
internal static class CommandLineApplication
{
    /// <summary>Every command with its options.</summary>
    public static RootCommand Commands()
    {
        var root = new RootCommand("Monte Carlo experiments on finite-group GRPO, compared with the closed forms of arXiv 2503.06639.")
        {
            RunCommand.Create(),
            CombineCommand.Create(),
            VerifyCommand.Create(),
            TheoryCommand.Create(),
            PlanCommand.Create(),
            ReportCommand.Create(),
            ShowCommand.Create(),
            SchemaCommand.Create(),
            BenchCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Commands().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // One line: what is unknown first, because the rest may only follow from it.
            Complain(parsed.UnmatchedTokens is [var unknown, ..] ? $"{unknown}: unknown command, option or argument"
                : parsed.CommandResult.Command is RootCommand ? "which command? grpomc --help lists them"
                : parsed.Errors[0].Message);
            return ExitCode.BadInput;
        }

        try
        {
            // The host has its own handling of signals, and faults are answered below.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception fault) when (fault is BadInputException or ExperimentException or ParquetException or InstructionSetException)
        {
            Complain(fault.Message);
            return ExitCode.BadInput;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Complain(fault.Message);
            return ExitCode.Fault;
        }
        catch (Exception bug)
        {
            Console.Error.WriteLine($"grpomc: a fault of the program; please report it: {bug}");
            return ExitCode.Fault;
        }
    }

    // One line, whatever names in it come from files.
    private static void Complain(string message) => Console.Error.WriteLine($"grpomc: {Printable.Of(message)}");
}
