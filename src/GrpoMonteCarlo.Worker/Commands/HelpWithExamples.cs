using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>The usual help, and a command's examples after it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ToolCommand { Examples: var examples })
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.Write("Examples:\n");
            foreach (string example in examples)
            {
                output.Write($"  {example}\n");
            }
        }

        return exitCode;
    }
}
