// The addon's functions of Node come from the program that loads it, whatever that is called: Electron's is
// not node.exe. (With Microsoft's compiler cmake-js brings the like.)

#include <windows.h>

#include <delayimp.h>

static FARPROC WINAPI find_running_program(unsigned event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || lstrcmpiA(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleA(nullptr));
}

extern "C" {
PfnDliHook __pfnDliNotifyHook2 = find_running_program;
}
